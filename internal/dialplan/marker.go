package dialplan

// maxMarkerDigits bounds the number in a marker, so that it fits an int.
const maxMarkerDigits = 9

// MarkerIn finds whose a name is: the number n of the marker T{n}_ in it. The
// name is a channel, context, device, endpoint, queue or mailbox as events
// carry it, such as "PJSIP/T2_1010-0000001a", "Local/1010@T2_cos-all-0001;1",
// "T2_cos-all" or "Custom:T2_CFI_1010".
//
// The marker counts only where a name can begin: at the start, or behind one of
// "/", "@", ":", "&", "," and " ". So T1_ is never found in T10_ or XT1_, and
// numbers with leading zeros are none. ok is false when there is no marker, or
// when two differ. MarkerIn does not allocate. Names that people choose must
// not be given to it.
func MarkerIn[T string | []byte](name T) (number int, ok bool) {
	for i := 0; i < len(name); i++ {
		if name[i] != 'T' || (i > 0 && !beginsName(name[i-1])) {
			continue
		}
		n, end := markerAt(name, i)
		if end == 0 {
			continue
		}
		if number != 0 && number != n {
			return 0, false
		}
		number = n
		i = end - 1
	}
	return number, number != 0
}

// beginsName tells whether a name may start behind c.
func beginsName(c byte) bool {
	switch c {
	case '/', '@', ':', '&', ',', ' ':
		return true
	}
	return false
}

// markerAt reads the marker that starts at i. end is the index behind its "_",
// or 0 when there is none.
func markerAt[T string | []byte](name T, i int) (number, end int) {
	j := i + 1
	for j < len(name) && name[j] >= '0' && name[j] <= '9' {
		j++
	}
	if j == len(name) || name[j] != '_' {
		return 0, 0
	}
	n, ok := atoi(name[i+1 : j])
	if !ok {
		return 0, 0
	}
	return n, j + 1
}

// cutMarker splits a name into its leading marker's number and the rest.
func cutMarker(name string) (number int, rest string, ok bool) {
	if len(name) == 0 || name[0] != 'T' {
		return 0, name, false
	}
	n, end := markerAt(name, 0)
	if end == 0 {
		return 0, name, false
	}
	return n, name[end:], true
}
