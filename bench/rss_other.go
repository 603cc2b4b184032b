//go:build !unix

package main

// maxRSS returns 0: the system does not say.
func maxRSS() float64 { return 0 }
