#!/bin/sh
# Runs cloudtolocalllm as the server's own user, who exists only while the server or this runs.
if [ "$1" = key ] && [ "$#" -gt 1 ]; then
  case " $* " in
    *" --config "* | *" --config="*) ;;
    *) set -- "$@" --config /etc/cloudtolocalllm/server.json ;;
  esac
fi
exec systemd-run --quiet --pipe --wait --collect --service-type=exec \
  --property=DynamicUser=yes --property=User=cloudtolocalllm --property=StateDirectory=cloudtolocalllm \
  --property=StateDirectoryMode=0700 --property=UMask=0077 \
  /usr/bin/cloudtolocalllm "$@"
