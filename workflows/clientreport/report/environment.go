package report

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// The environment variables of the container, beside the request.
const (
	URLVariable     = "REPORT_API_URL"   // the address of the API's transactions
	TokenVariable   = "REPORT_API_TOKEN" // the bearer token for the API; optional
	BucketVariable  = "REPORT_BUCKET"    // the bucket of the reports
	PrefixVariable  = "REPORT_PREFIX"    // of the reports' keys; "reports/" if not set
	ColumnsVariable = "REPORT_COLUMNS"   // names with commas between them; DefaultColumns if not set
)

// DefaultColumns are the columns of a report unless the environment says otherwise.
const DefaultColumns = "id,client_id,date,status,description,amount,currency"

// FromEnvironment returns the Job of the container's own account, Region and
// environment. It logs calls of the API that are repeated.
func FromEnvironment(ctx context.Context, log *slog.Logger) (*Job, error) {
	address, err := apiURL(os.Getenv(URLVariable), os.Getenv(TokenVariable) != "")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", URLVariable, err)
	}
	columns, err := columnNames(variable(ColumnsVariable, DefaultColumns))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ColumnsVariable, err)
	}
	bucket := os.Getenv(BucketVariable)
	if bucket == "" {
		return nil, fmt.Errorf("%s: the environment variable is not set", BucketVariable)
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	return &Job{
		API:     &API{URL: address, Token: os.Getenv(TokenVariable), Log: log},
		S3:      NewUploader(s3.NewFromConfig(cfg)),
		Bucket:  bucket,
		Prefix:  variable(PrefixVariable, "reports/"),
		Columns: columns,
	}, nil
}

func variable(name, otherwise string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return otherwise
}

// apiURL reads the API's address. A token goes over an open line only within the
// machine.
func apiURL(text string, token bool) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, err
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return nil, errors.New("not an address that begins with https:// or http://")
	case u.User != nil:
		return nil, fmt.Errorf("has a password; use %s", TokenVariable)
	case token && u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, fmt.Errorf("%s must not be sent without https", TokenVariable)
	}
	u.Fragment = ""
	return u, nil
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func columnNames(text string) ([]string, error) {
	columns := strings.Split(text, ",")
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
		if columns[i] == "" {
			return nil, errors.New("a column has no name")
		}
		if slices.Contains(columns[:i], columns[i]) {
			return nil, fmt.Errorf("the column %s is named twice", columns[i])
		}
	}
	return columns, nil
}
