// Command till takes payments from wallets over HTTP: a customer shows the payment password, and the
// order is paid into escrow, or the answer says what stands in the way.
//
//	go run escrowdb.dev/go/examples/till -store shop.escrow -key master.key
//
// Customers register elsewhere: see examples/wallet. Put it behind TLS.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	escrowdb "escrowdb.dev/go"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8081", "the address to listen on")
	path := flag.String("store", "shop.escrow", "the directory of the store")
	key := flag.String("key", "master.key", "the file of the 32 bytes of the master key")
	policy := flag.String("policy", "article", "the name of the policy")
	flag.Parse()
	if err := run(*listen, *path, *key, *policy); err != nil {
		log.Fatal(err)
	}
}

func run(listen, path, keyFile, policy string) (err error) {
	master, err := readKey(keyFile)
	if err != nil {
		return err
	}
	store, err := escrowdb.Open(path, escrowdb.OpenExisting())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }() // which closes the wallets
	wallets, err := store.Wallets(master, policy)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	server := &http.Server{
		Addr: listen, Handler: &till{wallets}, ReadHeaderTimeout: 5 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- server.ListenAndServe() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	}
}

func readKey(path string) (escrowdb.MasterKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return escrowdb.MasterKey{}, err
	}
	if len(text) != 32 {
		return escrowdb.MasterKey{}, errors.New(path + " does not have 32 bytes")
	}
	return escrowdb.MasterKeyOf([32]byte(text)), nil
}
