// Command gen writes the table of package catalog.
//
// It reads botocore's models, found through python3 or given by -botocore, and two
// npm packages below the node_modules of a folder, by default its own, in the
// versions that its package.json names:
//
//	pip install botocore==1.43.11
//	npm install --prefix catalog/gen --ignore-scripts --no-package-lock
//	go generate ./catalog
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

func main() {
	botocore := flag.String("botocore", "", "the `folder` of botocore's Python package; by default the one that python3 imports")
	npm := flag.String("npm", "gen", "the `folder` whose node_modules has the npm packages")
	out := flag.String("o", "table.zip", "the `file` to write")
	flag.Parse()
	if err := run(*botocore, *npm, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(botocore, npm, out string) error {
	s, err := openSources(botocore, npm)
	if err != nil {
		return err
	}
	entries, err := s.entries()
	if err != nil {
		return err
	}
	table, err := pack(entries)
	if err != nil {
		return err
	}
	return os.WriteFile(out, table, 0o666)
}

// pack puts the entries into an archive, whose comment names the sources.
func pack(entries map[string]string) ([]byte, error) {
	var table bytes.Buffer
	w := zip.NewWriter(&table)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		e, err := w.Create(name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(e, entries[name]); err != nil {
			return nil, err
		}
	}
	if err := w.SetComment(sourceVersions); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return table.Bytes(), nil
}
