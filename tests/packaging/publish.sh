# publish_aot PROJECT OUT [OPTION...]: publishes ahead of time, and fails on any warning of compiler, trimmer or AOT compiler.
publish_aot() {
  local project=$1 out=$2
  shift 2
  rm -rf "$out"
  mkdir -p "$out"
  if ! dotnet publish "$project" -c Release -o "$out" "$@" >"$out/publish.log" 2>&1 </dev/null; then
    cat "$out/publish.log"
    return 1
  fi
  # The client of Kafka warns of itself; of nothing of ours.
  if grep -E "warning (IL|CS)[0-9]+" "$out/publish.log" | grep -v "Confluent.Kafka.dll : warning IL2104: Assembly 'Confluent.Kafka'"; then
    echo "publishing ahead of time warned"
    return 1
  fi
}
