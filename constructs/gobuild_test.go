package constructs

import (
	"bytes"
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module writes a Go module to a new folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module example.com/functions\n\ngo 1.26\n"
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func build(t *testing.T, p program) []byte {
	t.Helper()
	folder, err := p.buildOnce(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != "bootstrap" {
		t.Fatalf("the asset holds %v, want bootstrap alone", entries)
	}
	binary, err := os.ReadFile(filepath.Join(folder, "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

const hello = "package main\n\nfunc main() { println(\"hello\") }\n"

func TestBuildsTheSameProgramInAnyFolder(t *testing.T) {
	var binaries [2][]byte
	for i := range binaries {
		binaries[i] = build(t, program{module(t, map[string]string{"hello/main.go": hello}), "./hello", "arm64"})
	}
	if !bytes.Equal(binaries[0], binaries[1]) {
		t.Error("two builds of the same sources differ")
	}
}

func TestBuildsForTheArchitectureOfTheFunction(t *testing.T) {
	dir := module(t, map[string]string{"hello/main.go": hello})
	for arch, machine := range map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64} {
		f, err := elf.NewFile(bytes.NewReader(build(t, program{dir, "./hello", arch})))
		if err != nil {
			t.Fatal(err)
		}
		if f.Machine != machine {
			t.Errorf("%s: the program is for %s", arch, f.Machine)
		}
		if libs, _ := f.ImportedLibraries(); len(libs) > 0 {
			t.Errorf("%s: the program needs %v, which the runtime may not have", arch, libs)
		}
	}
}

func TestBuildsAPackageByItsImportPath(t *testing.T) {
	dir := module(t, map[string]string{"hello/main.go": hello})
	byPath := build(t, program{dir, "./hello", "arm64"})
	byImport := build(t, program{dir, "example.com/functions/hello", "arm64"})
	if !bytes.Equal(byPath, byImport) {
		t.Error("the import path gives another program")
	}
}

func TestAFailedBuildSaysWhatTheCompilerSaid(t *testing.T) {
	dir := module(t, map[string]string{
		"typo/main.go":    "package main\n\nfunc main() { printn() }\n",
		"library/code.go": "package library\n",
	})
	for pkg, want := range map[string]string{
		"./typo":    "typo/main.go:3:15: undefined: printn",
		"./gone":    "directory not found",
		"./library": "go build ./library: not a main package",
	} {
		_, err := program{dir, pkg, "arm64"}.buildOnce(t.TempDir())
		if err == nil {
			t.Errorf("%s was built", pkg)
		} else if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %q, want it to say %q", pkg, err, want)
		}
	}
}

func TestAPackageIsBuiltOnceInAProcess(t *testing.T) {
	p := program{module(t, map[string]string{"hello/main.go": hello}), "./hello", "arm64"}
	out := t.TempDir()
	folder, err := p.buildOnce(out)
	if err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(folder)
	if _, err := p.buildOnce(out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("the second call built again")
	}
}

func TestModuleRootIsTheNearestGoMod(t *testing.T) {
	dir := module(t, map[string]string{"a/b/main.go": hello})
	got, err := ModuleRoot(filepath.Join(dir, "a/b"))
	if err != nil {
		t.Fatal(err)
	}
	if got != dir {
		t.Errorf("got %s, want %s", got, dir)
	}
}
