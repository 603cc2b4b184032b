package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
)

const request = `{"filter": {"client_id": "c-1", "start_date": "2024-01-01", "end_date": "2024-01-31", "status": "settled"}}`

// environment sets the container's environment, with the API and Amazon S3 behind
// these handlers.
func environment(t *testing.T, request string, api http.Handler) {
	t.Helper()
	bank := httptest.NewServer(api)
	t.Cleanup(bank.Close)
	bucket := httptest.NewServer(localaws.S3Handler())
	t.Cleanup(bucket.Close)
	for name, value := range map[string]string{
		clientreport.RequestVariable: request,
		"REPORT_API_URL":             bank.URL,
		"REPORT_BUCKET":              "reports",
		"AWS_REGION":                 "eu-central-1",
		"AWS_ACCESS_KEY_ID":          "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":      "secret",
		"AWS_ENDPOINT_URL":           bucket.URL,
		"AWS_MAX_ATTEMPTS":           "1",
	} {
		t.Setenv(name, value)
	}
}

// bucketURL returns the address of the S3 server of the environment.
func bucketURL() string { return os.Getenv("AWS_ENDPOINT_URL") }

func TestTheExitCodeTellsHowItEnded(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(`{"items": []}`)) })
	denied := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
	tests := []struct {
		name    string
		request string
		api     http.Handler
		env     string // a variable to clear
		want    int
		log     string
	}{
		{"no request", "", page, "", clientreport.ExitBadRequest, "bad request"},
		{"dates out of order", strings.ReplaceAll(request, "2024-01-31", "2023-01-31"), page, "", clientreport.ExitBadRequest, "is before start_date"},
		{"no bucket is configured", request, page, "REPORT_BUCKET", clientreport.ExitBadConfig, "REPORT_BUCKET"},
		{"the API refuses", request, denied, "", clientreport.ExitRefused, "403"},
		{"the bucket is not there", request, page, "", clientreport.ExitRefused, "NoSuchBucket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			environment(t, tt.request, tt.api)
			if tt.env != "" {
				t.Setenv(tt.env, "")
			}
			var log bytes.Buffer
			if got := run(t.Context(), slog.New(slog.NewJSONHandler(&log, nil))); got != tt.want {
				t.Errorf("exit code %d, want %d\n%s", got, tt.want, &log)
			}
			if !strings.Contains(log.String(), tt.log) {
				t.Errorf("log %s lacks %q", &log, tt.log)
			}
		})
	}
}
