// Command checkout is a checkout service over HTTP: customers pay in, orders hold their money in
// escrow, and merchants get it when the goods have arrived.
//
//	go run escrowdb.dev/go/examples/checkout -listen 127.0.0.1:8080 -store shop.escrow
//
// It ends gracefully on SIGINT and SIGTERM: requests under way are answered, then the store closes.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	escrowdb "escrowdb.dev/go"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the address to listen on")
	path := flag.String("store", "shop.escrow", "the directory of the store")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", *listen)
	if err == nil {
		log.Printf("listening on http://%s", listener.Addr())
		err = run(ctx, listener, *path)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// graceSeconds is how long requests may take to end after a signal.
const graceSeconds = 10

// run serves until the context is cancelled, and then ends in the order in which things depend on
// each other: the server, the batcher, the store.
func run(ctx context.Context, listener net.Listener, path string, options ...escrowdb.Option) error {
	defer listener.Close()
	store, err := escrowdb.Open(path, options...)
	if err != nil {
		return err
	}
	shop, err := newShop(store)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	server := &http.Server{Handler: shop, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-served: // it could not go on
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), graceSeconds*time.Second)
		err = server.Shutdown(grace)
		cancel()
		if err != nil {
			// Requests that took too long are cut off. What they submitted may still be applied.
			err = errors.Join(err, server.Close())
		}
	}
	return errors.Join(err, shop.batcher.Close(), store.Close())
}
