package escrowdb

// Names gives what this package and what the library call a number, for each kind of constant.
func Names(number uint32) map[string][2]string {
	names := map[string][2]string{
		"status": {name(statusNames[Status(number)]), libraryStatus(Status(number))},
		"code":   {name(codeNames[Code(number)]), libraryCode(Code(number))},
		"kind":   {name(kindNames[Kind(number)]), libraryKind(Kind(number))},
		"phase":  {name(phaseNames[Phase(number)]), libraryPhase(Phase(number))},
		"wallet status": {
			name(walletStatusNames[WalletStatus(number)]), libraryWalletStatus(WalletStatus(number)),
		},
		"letter kind": {
			name(letterKindNames[LetterKind(number)]), libraryLetterKind(LetterKind(number)),
		},
		"audit command": {
			name(auditCommandNames[AuditCommand(number)]), libraryAuditCommand(AuditCommand(number)),
		},
		"at deadline": {name(atDeadlineNames[AtDeadline(number)]), libraryAtDeadline(AtDeadline(number))},
	}
	if number == 0 {
		delete(names, "code") // 0 is no error
		delete(names, "wallet status")
	}
	return names
}

func name(known string) string {
	if known == "" {
		return "unknown"
	}
	return known
}

// RawBatch gives a batch of operations that already say where in data their documents lie.
func RawBatch(operations []Operation, data []byte) *Batch { return &Batch{operations, data} }

// SliceMin is how many operations beginSlice looks for.
const SliceMin = sliceMin

// BeginSlice does what comes before a call of the library with so many operations.
func (s *Store) BeginSlice(operations int) { s.queue.beginSlice(operations) }

// LeavesProcessors tells whether calls begin no slices because others want the processors.
func (s *Store) LeavesProcessors() bool { return s.queue.contendedUntil.Load() != 0 }
