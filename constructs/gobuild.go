package constructs

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
)

// program is a Go program built for AWS Lambda.
type program struct {
	module string // the folder of the go.mod that the package's path is relative to
	pkg    string // import path, or "./" path below module
	arch   string // GOARCH
}

// builds holds what this process has built, or is about to.
var builds sync.Map // of job to func() (string, error)

type job struct {
	program
	dir string
}

// buildOnce builds the program below dir unless this process already has. It
// returns the folder that holds nothing but the program, as the asset of a Lambda
// function does.
func (p program) buildOnce(dir string) (string, error) {
	once, _ := builds.LoadOrStore(job{p, dir}, sync.OnceValues(func() (string, error) { return p.build(dir) }))
	return once.(func() (string, error))()
}

// build compiles the program to <dir>/<name>/bootstrap. The name is always the
// same for one program, so that the go command finds its last build there and
// links only what changed.
//
// The result depends on nothing but the sources and the Go version: paths and
// version control are left out, and there is no C. The build identifier stays in;
// it too is the same on every machine, and without it each build would link anew.
func (p program) build(dir string) (string, error) {
	sum := sha256.Sum256([]byte(p.module + "\n" + p.pkg + "\n" + p.arch))
	folder, err := filepath.Abs(filepath.Join(dir, fmt.Sprintf("%s-%s-%x", path.Base(p.pkg), p.arch, sum[:4])))
	if err != nil {
		return "", err
	}
	bootstrap := filepath.Join(folder, "bootstrap")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-tags=lambda.norpc",
		"-o", bootstrap, p.pkg)
	cmd.Dir = p.module
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+p.arch)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", p.pkg, err, bytes.TrimSpace(output.Bytes()))
	}
	if f, err := elf.Open(bootstrap); err != nil {
		os.Remove(bootstrap)
		return "", fmt.Errorf("go build %s: not a main package", p.pkg)
	} else {
		f.Close()
	}
	return folder, nil
}

// ModuleRoot returns the nearest folder at or above dir that holds a go.mod.
func ModuleRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no go.mod at or above %s", dir)
		}
	}
}
