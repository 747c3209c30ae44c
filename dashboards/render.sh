#!/usr/bin/env bash
# Draws each board, on a busy Indico, a fresh one, one without LiveSync, rooms, payments and videoconferences, and with
# profile compatible: dashboards/render.sh [FOLDER] [CHOSEN]. FOLDER is docs/pictures by default, and CHOSEN chooses the
# Indicos, for example busy,fresh. It needs Node.js, Chromium and Prometheus; pngquant makes the pictures small.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-docs/pictures}
mkdir -p "$folder"
folder=$(realpath "$folder")

(cd dashboards/render && npm ci --no-progress && npx vite build --logLevel warn)
INDICO_METRICS_REQUIRE_TOOLS=true ./mvnw -q verify -pl :indico-metrics-exporter -am -Dspotless.check.skip \
  -Dtest=PicturesIT -DskipUnitTests -Dit.test=PicturesIT -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfailsafe.failIfNoSpecifiedTests=false "-Dpictures.folder=$folder" "-Dpictures.of=${2:-}"
if command -v pngquant >/dev/null; then
  pngquant --force --ext .png --skip-if-larger --speed 1 64 "$folder"/*.png || [ $? = 98 ]
fi
ls -l "$folder"
