// Package bot shows calls and faxes as cards in NAVER WORKS, and does what
// people press on them.
package bot
