package objects_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/asl"
	"github.com/stepwise-go/stepwise/interp"
	"github.com/stepwise-go/stepwise/interp/objects"
)

// put writes an object.
func put(t *testing.T, s interp.ObjectStore, bucket, key, body string) {
	t.Helper()
	w, err := s.Create(context.Background(), bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// get reads an object, or returns the error.
func get(s interp.ObjectStore, bucket, key string) string {
	r, err := s.Open(context.Background(), bucket, key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case err != nil:
		return err.Error()
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// list returns the objects of a listing in short.
func list(s interp.ObjectStore, bucket, prefix string) string {
	var found []string
	for o, err := range s.List(context.Background(), bucket, prefix) {
		if err != nil {
			return err.Error()
		}
		found = append(found, fmt.Sprintf("%s %d %.4s", o.Key, o.Size, o.ETag))
	}
	return strings.Join(found, ", ")
}

// Stores behave alike.
func TestStores(t *testing.T) {
	for name, s := range map[string]interp.ObjectStore{"memory": &objects.Memory{}, "folder": objects.Folder(t.TempDir())} {
		t.Run(name, func(t *testing.T) {
			put(t, s, "b", "a/b", "one")
			put(t, s, "b", "a-b", "two")
			put(t, s, "b", "a/c/d.json", "{}")
			put(t, s, "other", "z", "")
			put(t, s, "b", "a-b", "three")
			for _, tt := range []struct{ got, want string }{
				{get(s, "b", "a/b"), "one"},
				{get(s, "b", "a-b"), "three"},
				{get(s, "other", "z"), ""},
				{get(s, "b", "z"), "does not exist"},
				{get(s, "none", "z"), "does not exist"},
				{list(s, "b", ""), "a-b 5 35d6, a/b 3 f97c, a/c/d.json 2 9991"},
				{list(s, "b", "a/"), "a/b 3 f97c, a/c/d.json 2 9991"},
				{list(s, "b", "a/c/d.json"), "a/c/d.json 2 9991"},
				{list(s, "b", "x"), ""},
			} {
				if tt.got != tt.want {
					t.Errorf("got %q, want %q", tt.got, tt.want)
				}
			}
			for o := range s.List(context.Background(), "b", "") {
				if o.Key != "a-b" {
					t.Errorf("first is %s, want a-b", o.Key)
				}
				break
			}
		})
	}
}

func TestMemoryKeepsItsOwn(t *testing.T) {
	var m objects.Memory
	body := []byte("one")
	m.Put("b", "k", body)
	body[0] = 'O'
	got, ok := m.Get("b", "k")
	if !ok || string(got) != "one" {
		t.Errorf("got %q, %v, want one", got, ok)
	}
	got[0] = 'O'
	if got, _ := m.Get("b", "k"); string(got) != "one" {
		t.Errorf("got %q, want one", got)
	}
	if _, ok := m.Get("b", "z"); ok {
		t.Error("there is an object z")
	}
}

// Nothing outside of the folder can be reached.
func TestFolderEnds(t *testing.T) {
	dir := t.TempDir()
	f := objects.Folder(filepath.Join(dir, "store"))
	if err := os.MkdirAll(filepath.Join(dir, "store", "b"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("s"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]string{{"b", "../../secret"}, {"..", "secret"}, {"b/../..", "secret"}, {"b", "/etc/passwd"}, {"b", "x//y"}, {"b", ""}, {"b", "."}, {"", "b"}} {
		if got := get(f, at[0], at[1]); got == "s" || !strings.Contains(got, "exist") && !strings.Contains(got, "directory") {
			t.Errorf("%v: got %q", at, got)
		}
		if _, err := f.Create(context.Background(), at[0], at[1]); err == nil && at[1] != "." {
			t.Errorf("%v can be made", at)
		}
	}
	if got := list(f, "..", ""); !strings.Contains(got, "exist") {
		t.Errorf("lists %s", got)
	}
	if got := list(f, "none", ""); !strings.Contains(got, "no such file") {
		t.Errorf("lists %s", got)
	}
}

// An object that is being written is not there yet.
func TestFolderReplacesAtOnce(t *testing.T) {
	f := objects.Folder(t.TempDir())
	put(t, f, "b", "k", "old")
	w, err := f.Create(context.Background(), "b", "k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "new"); err != nil {
		t.Fatal(err)
	}
	if got := get(f, "b", "k"); got != "old" {
		t.Errorf("got %q before the end, want old", got)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, all := get(f, "b", "k"), list(f, "b", ""); got != "new" || all != "k 3 22af" {
		t.Errorf("got %q among %s, want new", got, all)
	}
}

func ExampleMemory() {
	def, problems := asl.Parse("", `{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "orders", "Key": "today.csv"},
			"ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
			"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}`)
	if problems.HasErrors() {
		log.Fatal(problems)
	}
	data := &objects.Memory{}
	data.Put("orders", "today.csv", []byte("id,total\n1,20\n2,7\n"))
	machine, err := interp.New(def, interp.WithObjects(data))
	if err != nil {
		log.Fatal(err)
	}
	run, err := machine.Run(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.OutputText())
	// Output: [{"total":"20","id":"1"},{"total":"7","id":"2"}]
}
