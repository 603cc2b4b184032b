package localaws

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// DynamoDB starts a DynamoDB server without tables that ends with the test, and
// returns its URL.
func DynamoDB(t testing.TB) (url string) {
	t.Helper()
	return node(t, "dynalite", `
		const server = require("dynalite")({createTableMs: 0, deleteTableMs: 0})
		server.listen(0, "127.0.0.1", () => console.log(server.address().port))`)
}

// SES starts an Amazon SES server that ends with the test, and returns its URL.
func SES(t testing.TB) (url string) {
	t.Helper()
	return node(t, "aws-ses-v2-local", `
		require("aws-ses-v2-local").default({host: "127.0.0.1", port: 0}).then(
			server => console.log(server.address().port))`)
}

// Mail is an e-mail that the server of [SES] was given.
type Mail struct {
	MessageID   string
	From        string
	Destination struct{ To []string }
	Subject     string
	Body        struct{ Text string }
}

// Mails returns the e-mails that the SES server at url was given, in order.
func Mails(t testing.TB, url string) []Mail {
	t.Helper()
	response, err := http.Get(url + "/store")
	if err != nil {
		t.Fatalf("read the e-mails: %v", err)
	}
	defer response.Body.Close()
	var store struct{ Emails []Mail }
	if err := json.NewDecoder(response.Body).Decode(&store); err != nil {
		t.Fatalf("read the e-mails: %v", err)
	}
	return store.Emails
}

// node runs a script that starts the server of an npm package and prints its port.
// The server ends when the test does, or when the test's process dies.
func node(t testing.TB, pkg, script string) (url string) {
	t.Helper()
	root := repository(t)
	modules := filepath.Join(root, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, pkg)); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("npm package %s is not installed: run npm ci", pkg)
		}
		t.Skipf("npm package %s is not installed: run npm ci to run this test", pkg)
	}
	program := filepath.Join(modules, ".bin", "node")
	if _, err := os.Stat(program); err != nil {
		program = "node"
	}
	cmd := exec.Command(program, "-e", `process.stdin.on("end", () => process.exit()).resume();`+script)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", pkg, err)
	}
	t.Cleanup(func() {
		stdin.Close()
		io.Copy(io.Discard, stdout)
		cmd.Wait()
	})
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%s did not start: %v", pkg, err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

// repository returns the directory of go.mod.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("the test runs outside the repository")
		}
		dir = parent
	}
}
