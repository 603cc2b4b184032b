package iam

import (
	"slices"
	"strings"
)

// objectCalls are the calls on one object of Amazon S3, and bucketCalls those on a
// bucket, with the IAM actions that they need (Amazon S3 User Guide, "Required
// permissions for Amazon S3 API operations").
var (
	objectCalls = map[string]string{
		"abortMultipartUpload":    "s3:AbortMultipartUpload",
		"completeMultipartUpload": "s3:PutObject",
		"deleteObject":            "s3:DeleteObject",
		"deleteObjectTagging":     "s3:DeleteObjectTagging",
		"getObject":               "s3:GetObject",
		"getObjectAcl":            "s3:GetObjectAcl",
		"getObjectAttributes":     "s3:GetObject s3:GetObjectAttributes",
		"getObjectLegalHold":      "s3:GetObjectLegalHold",
		"getObjectRetention":      "s3:GetObjectRetention",
		"getObjectTagging":        "s3:GetObjectTagging",
		"headObject":              "s3:GetObject",
		"listParts":               "s3:ListMultipartUploadParts",
		"putObjectAcl":            "s3:PutObjectAcl",
		"putObjectLegalHold":      "s3:PutObjectLegalHold",
		"putObjectRetention":      "s3:PutObjectRetention",
		"putObjectTagging":        "s3:PutObjectTagging",
		"restoreObject":           "s3:RestoreObject",
		"uploadPart":              "s3:PutObject",
	}
	bucketCalls = map[string]string{
		"headBucket":           "s3:ListBucket",
		"listMultipartUploads": "s3:ListBucketMultipartUploads",
		"listObjectVersions":   "s3:ListBucketVersions",
		"listObjects":          "s3:ListBucket",
		"listObjectsV2":        "s3:ListBucket",
	}
)

// object allows actions on an object: by its key if the definition tells it, else
// on all of the bucket's.
func (g *grants) object(actions string) {
	if g.isGiven("VersionId") {
		actions = versioned.Replace(actions + " ")
	}
	g.needs(
		need{actions: actions, on: g.inBucket("s3:::<Bucket>/<Key>")},
		need{actions: "s3:BypassGovernanceRetention", on: g.inBucket("s3:::<Bucket>/<Key>"), given: "BypassGovernanceRetention"},
	)
}

// putObject allows writing an object, with what the call gives it besides.
func (g *grants) putObject() {
	on := g.inBucket("s3:::<Bucket>/<Key>")
	g.needs(
		need{actions: "s3:PutObject", on: on},
		need{actions: "s3:PutObjectAcl", on: on, given: "Acl"},
		need{actions: "s3:PutObjectLegalHold", on: on, given: "ObjectLockLegalHoldStatus"},
		need{actions: "s3:PutObjectRetention", on: on, given: "ObjectLockMode"},
		need{actions: "s3:PutObjectTagging", on: on, given: "Tagging"},
	)
	if g.isGiven("SsekmsKeyId") {
		via := Condition{"StringEquals", "kms:ViaService", "s3.${AWS::Region}.${AWS::URLSuffix}"}
		g.onKeys("SsekmsKeyId", []Condition{via}, "kms:Decrypt", "kms:GenerateDataKey")
	}
}

// versioned are the actions that a call needs which names a version.
var versioned = strings.NewReplacer(
	"s3:DeleteObject ", "s3:DeleteObjectVersion ",
	"s3:DeleteObjectTagging ", "s3:DeleteObjectVersionTagging ",
	"s3:GetObject ", "s3:GetObjectVersion ",
	"s3:GetObjectAcl ", "s3:GetObjectVersionAcl ",
	"s3:GetObjectAttributes ", "s3:GetObjectVersionAttributes ",
	"s3:GetObjectTagging ", "s3:GetObjectVersionTagging ",
	"s3:PutObjectAcl ", "s3:PutObjectVersionAcl ",
	"s3:PutObjectTagging ", "s3:PutObjectVersionTagging ",
)

// inBucket returns the format of an object: of one behind an access point if the
// call names that in place of the bucket.
func (g *grants) inBucket(on string) string {
	buckets, _ := g.given.textsAt("Bucket")
	if slices.ContainsFunc(buckets, func(b string) bool { return strings.Contains(b, ":accesspoint/") }) {
		return strings.Replace(on, "<Bucket>/", "<Bucket>/object/", 1)
	}
	return on
}

// copyObject allows reading the source and writing the copy, tags included unless
// the copy has its own or is a part of a larger object.
func (g *grants) copyObject() {
	directive, _ := g.given.textsAt("TaggingDirective")
	read, tagged := "s3:GetObject ", g.resource.Action == "copyObject" && !slices.Equal(directive, []string{"REPLACE"})
	if tagged {
		read += "s3:GetObjectTagging "
	}
	sources, known := g.given.textsAt("CopySource")
	if known == absent {
		g.missing("CopySource")
	}
	for _, source := range sources {
		source, version, _ := strings.Cut(strings.TrimPrefix(source, "/"), "?versionId=")
		if !strings.Contains(source, "/") && !isComputed(source) {
			g.unknown("", "CopySource is no bucket and key")
			continue
		}
		actions := strings.Fields(read)
		if version != "" {
			actions = strings.Fields(versioned.Replace(read))
		}
		resource := bucketARN(source)
		if strings.HasPrefix(source, "arn:") {
			resource = source
		}
		g.allow(actions...).because(computedArguments(map[string]string{"CopySource": source})).on(resource)
	}
	g.putObject()
	if tagged {
		g.need(need{actions: "s3:PutObjectTagging", on: g.inBucket("s3:::<Bucket>/<Key>")})
	}
}

func (g *grants) deleteObjects() {
	on := g.inBucket("s3:::<Bucket>/<Delete.Objects.Key|*>")
	actions := "s3:DeleteObject"
	if g.given.has("Delete.Objects.VersionId") {
		actions = "s3:DeleteObject s3:DeleteObjectVersion"
	}
	g.need(need{actions: actions, on: on})
	g.need(need{actions: "s3:BypassGovernanceRetention", on: on, given: "BypassGovernanceRetention"})
}
