#!/usr/bin/env bash
# Draws each board of a busy Indico, of a fresh one, of one without LiveSync, rooms, payments and videoconferences, and
# with profile compatible. Usage: dashboards/render.sh [FOLDER], by default docs/pictures. It needs Node.js, Chromium
# and Prometheus. If pngquant is there, it makes the pictures small.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-docs/pictures}
mkdir -p "$folder"
folder=$(realpath "$folder")

(cd dashboards/render && npm ci --no-progress && npx vite build --logLevel warn)
INDICO_METRICS_REQUIRE_TOOLS=true ./mvnw -q verify -pl :indico-metrics-exporter -am -Dspotless.check.skip \
  -Dtest=NoUnitTest -Dit.test=BoardPictures -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfailsafe.failIfNoSpecifiedTests=false "-Dpictures.folder=$folder"
if command -v pngquant >/dev/null; then
  pngquant --force --ext .png --skip-if-larger --speed 1 64 "$folder"/*.png || [ $? = 98 ]
fi
ls -l "$folder"
