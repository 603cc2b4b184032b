//go:build unix

package main

import (
	"runtime"
	"syscall"
)

// maxRSS returns the most memory that the process has had resident, in megabytes;
// 0 where the system does not say.
func maxRSS() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	unit := 1024.0 // bytes in which the system counts
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	return float64(usage.Maxrss) * unit / (1 << 20)
}
