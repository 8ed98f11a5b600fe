// The record of an outage in the fleet: its JSON written and read.
#include "bench.h"
#include "driver/run.h"
#include "fleet.h"
#include "incident/expectations/expectation_table.h"
#include "record/record_json.h"

namespace firedrill::bench {
namespace {

const record::Record& outage() {
  static const record::Record kRecord = [] {
    driver::Run run(fleet(), {});
    run.advance_to(run.end());
    return run.finish().record;
  }();
  return kRecord;
}

void write(benchmark::State& state) {
  const record::Record& record = outage();
  std::size_t size = 0;
  for (auto _ : state) size = record::write_record(record).size();
  bound_by_bytes(state, static_cast<double>(size), "of record.json");
}
BENCHMARK(write)->Name("record/write")->Unit(benchmark::kMillisecond);

void read(benchmark::State& state) {
  const SourcePtr file = make_source("record.json", record::write_record(outage()));
  for (auto _ : state)
    benchmark::DoNotOptimize(value_of(record::read_record(file, incident::expectation_forms())).seed);
  bound_by_bytes(state, static_cast<double>(file->text.size()), "of record.json");
}
BENCHMARK(read)->Name("record/read")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace firedrill::bench
