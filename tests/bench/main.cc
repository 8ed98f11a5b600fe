// Google Benchmark's own console and JSON output. Only `floors` is shown as the plain number that it is: the library
// takes whatever it divides by time for so much a second.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <vector>

namespace {

class Console final : public benchmark::ConsoleReporter {
 public:
  Console() : ConsoleReporter(isatty(STDOUT_FILENO) != 0 ? OO_Color : OO_None) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown = runs;
    for (Run& run : shown) {
      const auto floors = run.counters.find("floors");
      if (floors != run.counters.end()) floors->second.flags = benchmark::Counter::kDefaults;
    }
    ConsoleReporter::ReportRuns(shown);
  }
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Console console;
  benchmark::RunSpecifiedBenchmarks(&console);
  benchmark::Shutdown();
  return 0;
}
