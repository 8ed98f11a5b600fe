#include "base/version.h"

// The build writes it (cmake/write_commit.cmake), anew only when it changes: no other file sees it.
#include "firedrill_commit.h"

namespace firedrill {

const std::string_view kVersion = FIREDRILL_VERSION;
const std::string_view kCommit = FIREDRILL_COMMIT;

}  // namespace firedrill
