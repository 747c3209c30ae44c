#!/usr/bin/env bash
# Draws each board of a busy Indico, of a fresh one, of a bare one, which has no LiveSync, rooms, payments and
# videoconferences, and of one with profile compatible. Usage: dashboards/render.sh [FOLDER [SCENE...]], by default
# docs/pictures and all scenes: busy, fresh, bare and compatible. It needs Node.js 20, Chromium and Prometheus. If pngquant
# is there, it makes the pictures small.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-docs/pictures}
scenes=${*:2}
for scene in $scenes; do
  case $scene in
    busy | fresh | bare | compatible) ;;
    *) echo "unknown scene $scene; give busy, fresh, bare or compatible" >&2; exit 2 ;;
  esac
done
mkdir -p "$folder"
folder=$(realpath "$folder")

(cd dashboards/render && npm ci --no-progress && npx vite build --logLevel warn)
INDICO_METRICS_REQUIRE_TOOLS=true ./mvnw -q verify -pl :indico-metrics-exporter -am -Dspotless.check.skip -Dmaven.javadoc.skip -Dmaven.source.skip \
  -Dtest=NoUnitTest -Dit.test=BoardPictures -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfailsafe.failIfNoSpecifiedTests=false "-Dpictures.folder=$folder" \
  "-Dpictures.scenes=${scenes:-busy fresh bare compatible}"
if command -v pngquant >/dev/null; then
  pngquant --force --ext .png --skip-if-larger --speed 1 64 "$folder"/*.png || [ $? = 98 ]
fi
ls -l "$folder"
