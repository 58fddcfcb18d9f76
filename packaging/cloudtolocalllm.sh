#!/bin/sh
exec @NODE@ @LIBRARY@/cloudtolocalllm.mjs "$@"
