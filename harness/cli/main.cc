#include "cli/cli.h"
#include "cli/console.h"

namespace {

// Before all other initialisers of the program, so that a signal which comes early finds its handler.
[[gnu::constructor(101)]] void be_ready_for_signals() {
  firedrill::cli::install_signal_handlers();
}

}  // namespace

int main(int argc, char** argv) {
  return firedrill::cli::main(argc, argv);
}
