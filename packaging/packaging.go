// Package packaging holds what is recorded about the parts DIPCAST is packaged
// with.
package packaging

import _ "embed"

// AsteriskLock is the text of asterisk.lock: the versions of the Debian
// packages that Asterisk is unpacked from.
//
//go:embed asterisk.lock
var AsteriskLock string
