//go:build !escrowdb_system

package escrowdb

// #cgo CFLAGS: -I${SRCDIR}/lib
// #cgo LDFLAGS: ${SRCDIR}/lib/libescrowdb.a
// #cgo linux LDFLAGS: -lgcc_s -lpthread -lm -ldl
// #cgo darwin LDFLAGS: -framework Security
import "C"
