// Command clientreport is the container of the clientreport workflow. It writes
// the report that the environment variable REPORT_REQUEST asks for, logs as JSON to
// its standard output, and tells by its exit code how it ended; see package
// clientreport.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/stepwise-go/stepwise/workflows/clientreport"
	"github.com/stepwise-go/stepwise/workflows/clientreport/report"
)

func main() {
	// Amazon ECS stops a task with SIGTERM, and kills it half a minute later.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	slog.SetDefault(log) // for what libraries log
	code := run(ctx, log)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, log *slog.Logger) (exitCode int) {
	request, err := clientreport.ParseRequest(os.Getenv(clientreport.RequestVariable))
	if err != nil {
		log.Error("bad request", "error", err.Error())
		return clientreport.ExitBadRequest
	}
	log = log.With("request", request)
	job, err := report.FromEnvironment(ctx, log)
	if err != nil {
		log.Error("bad configuration", "error", err.Error())
		return clientreport.ExitBadConfig
	}
	began := time.Now()
	result, err := job.Run(ctx, request)
	code := report.ExitCode(err)
	if err != nil {
		log.Error("no report", "error", err.Error(), "exit_code", code)
		return code
	}
	log.Info("report written", "bucket", job.Bucket, "key", result.Key,
		"rows", result.Rows, "bytes", result.Bytes, "took_ms", time.Since(began).Milliseconds())
	return code
}
