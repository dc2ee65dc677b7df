package apply

import "time"

// SetRollbackTimeout changes how long a way back waits for AMI.
func SetRollbackTimeout(o *Options, d time.Duration) { o.rollbackTimeout = d }
