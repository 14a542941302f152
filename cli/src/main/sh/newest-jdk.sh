# Which JDKs are installed, and how they are trained; for ./sluice and ./dev.

# The major version of the JDK in a directory: 17, 25, ...; 0 if it is none.
version() {
  local line
  while IFS= read -r line; do
    case "$line" in JAVA_VERSION=\"*) line=${line#*\"}; echo "${line%%[!0-9]*}"; return ;; esac
  done < "$1/release"
  echo 0
}

# The home of the newest JDK that is installed where packages put them; nothing if there is none.
newest() {
  local home best="" most=0 found
  for home in /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -x "$home/bin/java" ] && [ -r "$home/release" ] || continue
    found=$(version "$home")
    if [ "${found:-0}" -gt "$most" ]; then most=$found best=$home; fi
  done
  echo "$best"
}

# Has ./sluice dev learn under load for a while, and keeps what its JVM has learnt: train JAVA ROOT CACHE
train() {
  rm -f "$3"
  "$1" -Xmx256m -XX:-UsePerfData -cp "$2/cli/target/lib/*" "$2/deploy/image/TrainingRun.java" 20 "$2/sluice" "$3"
}
