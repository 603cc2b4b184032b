// Package house keeps the arrows between the packages pointing down: a package
// imports what stands below it, never what stands beside or above it.
package house

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/stepwise-go/stepwise"

// floors are the packages of the house, from the top to the ground; a name stands
// for the package and those below its folder. Packages on one floor do not import
// each other.
var floors = [][]string{
	{"", "cmd", "bench", "examples/checkout/deploy"},
	{"stacks"},
	{"constructs"},
	{"examples", "workflows"},
	{"sfntest"},
	{"tasks"},
	{"dsl/fn"},
	{"dsl", "interp"},
	{"check", "iam"},
	{"catalog"},
	{"asl"},
	{"asl/jsonpath", "asl/intrinsic", "asl/jsonata"},
	{"asl/value", "asl/diag"},
}

// floor returns how far down a package of the module is, and on which name of
// that floor; -1 if it is on none. The longest name wins.
func floor(pkg string) (level int, name string) {
	level = -1
	for i, names := range floors {
		for _, n := range names {
			below := n != "" && strings.HasPrefix(pkg, n+"/")
			if (pkg == n || below) && len(n) >= len(name) {
				level, name = i, n
			}
		}
	}
	return level, name
}

// list runs go list, a line of fields for each package.
func list(t *testing.T, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]string
	for line := range strings.Lines(string(out)) {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}

func TestArrowsPointDown(t *testing.T) {
	for _, fields := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		pkg, _ := strings.CutPrefix(strings.TrimPrefix(fields[0], module), "/")
		if strings.Contains(pkg, "internal") {
			continue
		}
		level, name := floor(pkg)
		if level < 0 {
			t.Errorf("package %s is on no floor: give it one", pkg)
			continue
		}
		for _, imported := range fields[1:] {
			target, ours := strings.CutPrefix(imported, module+"/")
			if !ours || strings.Contains(target, "internal") {
				continue
			}
			if l, n := floor(target); l < level || l == level && n != name {
				t.Errorf("package %s imports %s, which does not stand below it", pkg, target)
			}
		}
	}
}

// Only constructs, stacks and the app need the CDK, and with it Node.
func TestTestsOfWorkflowsNeedNoNode(t *testing.T) {
	for _, fields := range list(t, "-deps", "-test", "./workflows/...", "./dsl/...", "./interp/...", "./sfntest/...", "./tasks/...", "./check/...", "./iam/...", "./cmd/...") {
		if strings.Contains(fields[0], "jsii") || strings.Contains(fields[0], "aws-cdk-go") {
			t.Errorf("%s is linked", fields[0])
		}
	}
}

// What few need is linked by those who ask for it.
func TestHeavyPartsStandApart(t *testing.T) {
	for _, fields := range list(t, "-deps", "./interp", "./sfntest", "./dsl", "./check") {
		for _, heavy := range []string{"parquet-go", "aws-sdk-go", "net/http"} {
			if strings.Contains(fields[0], heavy) {
				t.Errorf("%s is linked", fields[0])
			}
		}
	}
}
