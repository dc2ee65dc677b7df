package recording

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// free is what part of the disk of dir is free for us, as df says it: of what is
// used and free together, without what is set aside for others.
func free(dir string) (float64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	all := s.Blocks - s.Bfree + s.Bavail
	if all == 0 {
		return 1, nil
	}
	return float64(s.Bavail) / float64(all), nil
}
