//go:build !linux

package recording

// free is not known here: nothing is let go for room.
func free(string) (float64, error) { return 1, nil }
