#include "cli/reading.h"

namespace firedrill::cli {

void declare_reading(Arguments arguments, ReadOptions& options) {
  arguments.option("--root", options.roots, "a folder whose files may be read, beside the repository of what is named")
      .one_at_a_time()
      .folder();
  arguments.flag("--allow-outside", options.allow_outside,
                 "read files wherever they are, and follow links to anywhere");
}

}  // namespace firedrill::cli
