//go:build race

package escrowdb_test

const raceEnabled = true
