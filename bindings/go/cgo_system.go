//go:build escrowdb_system

package escrowdb

// #cgo pkg-config: escrowdb
import "C"
