package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwise-go/stepwise/workflows/internal/localaws"
	"github.com/stepwise-go/stepwise/workflows/sensoringest"
	"github.com/stepwise-go/stepwise/workflows/sensoringest/handlers"
)

func TestMoveFileMovesAndMayBeCalledAgain(t *testing.T) {
	for _, key := range []string{"day.csv", "a/b/day.csv", "hall 3/day+1 100%&é?#.csv", "a//b.csv"} {
		t.Run(key, func(t *testing.T) {
			client := localaws.S3(t, "uploads")
			o := sensoringest.Object{Bucket: "uploads", Key: key, ETag: localaws.Put(t, client, "uploads", key, field)}
			mover := handlers.Mover{S3: client}
			for range 2 {
				got, err := mover.MoveFile(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if want := (sensoringest.Object{Bucket: "uploads", Key: "processed/" + key}); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
				if diff := cmp.Diff(map[string]string{"processed/" + key: field}, localaws.Objects(t, client, "uploads")); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestMoveFileFinishesAMoveThatBrokeOffBetweenCopyAndDelete(t *testing.T) {
	client := localaws.S3(t, "uploads")
	o := sensoringest.Object{Bucket: "uploads", Key: "day.csv", ETag: localaws.Put(t, client, "uploads", "day.csv", field)}
	if _, err := (&handlers.Mover{S3: undeletable{client}}).MoveFile(t.Context(), o); err == nil {
		t.Fatal("the delete went through")
	}
	if _, err := (&handlers.Mover{S3: client}).MoveFile(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"processed/day.csv": field}, localaws.Objects(t, client, "uploads")); diff != "" {
		t.Error(diff)
	}
}

// undeletable is an S3 whose connection breaks when an object is to be deleted.
type undeletable struct{ handlers.S3 }

func (undeletable) DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	return nil, context.DeadlineExceeded
}

func TestMoveFileLeavesContentThatWasUploadedMeanwhile(t *testing.T) {
	client := localaws.S3(t, "uploads")
	o := sensoringest.Object{Bucket: "uploads", Key: "day.csv", ETag: localaws.Put(t, client, "uploads", "day.csv", field)}

	t.Run("before the move", func(t *testing.T) {
		localaws.Put(t, client, "uploads", "day.csv", "newer")
		_, err := (&handlers.Mover{S3: client}).MoveFile(t.Context(), o)
		if _, ok := err.(sensoringest.ObjectChanged); !ok {
			t.Errorf("got %T: %v", err, err)
		}
	})
	t.Run("between copy and delete", func(t *testing.T) {
		localaws.Put(t, client, "uploads", "day.csv", field)
		mover := handlers.Mover{S3: replaced{client, func() { localaws.Put(t, client, "uploads", "day.csv", "newer") }}}
		if _, err := mover.MoveFile(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"day.csv": "newer", "processed/day.csv": field}
		if diff := cmp.Diff(want, localaws.Objects(t, client, "uploads")); diff != "" {
			t.Error(diff)
		}
	})
}

// replaced is an S3 in which something happens before an object is deleted.
type replaced struct {
	handlers.S3
	before func()
}

func (r replaced) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput, o ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	r.before()
	return r.S3.DeleteObject(ctx, in, o...)
}

func TestMoveFileMovesTheVersionItIsGiven(t *testing.T) {
	client := localaws.S3(t, "uploads")
	_, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket:                  aws.String("uploads"),
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	put, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("uploads"), Key: aws.String("day.csv"), Body: strings.NewReader(field),
	})
	if err != nil {
		t.Fatal(err)
	}
	o := sensoringest.Object{Bucket: "uploads", Key: "day.csv", VersionID: aws.ToString(put.VersionId), ETag: *put.ETag}
	mover := handlers.Mover{S3: client}
	for range 2 {
		if _, err := mover.MoveFile(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	versions, err := client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String("uploads")})
	if err != nil {
		t.Fatal(err)
	}
	if len(versions.DeleteMarkers) > 0 {
		t.Errorf("the version was hidden, not removed")
	}
	for _, v := range versions.Versions {
		if *v.Key != "processed/day.csv" {
			t.Errorf("left %s %s", *v.Key, *v.VersionId)
		}
	}
}

func TestMoveFileRefusesWhatOneCopyCannotTake(t *testing.T) {
	const tooMuch = "5368709121"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", tooMuch)
	}))
	defer server.Close()
	_, err := (&handlers.Mover{S3: localaws.S3Client(server.URL)}).MoveFile(t.Context(), sensoringest.Object{Bucket: "uploads", Key: "day.csv"})
	if _, ok := err.(sensoringest.InvalidObject); !ok || !strings.Contains(err.Error(), tooMuch) {
		t.Errorf("got %T: %v", err, err)
	}
}

func TestMoveFileReportsALostFile(t *testing.T) {
	client := localaws.S3(t, "uploads")
	_, err := (&handlers.Mover{S3: client}).MoveFile(t.Context(), sensoringest.Object{Bucket: "uploads", Key: "day.csv"})
	if _, ok := err.(sensoringest.ObjectNotFound); !ok {
		t.Errorf("got %T: %v", err, err)
	}
}
