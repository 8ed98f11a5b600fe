// The values of a multipart/form-data body (RFC 7578), as Go's mime/multipart reads them (Reader.ReadForm): parts
// without a name are left out, those with a file name are files and no values. Of a body that is not whole there are
// none at all.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace firedrill::console {

// The boundary that a Content-Type names; nothing: it is no multipart/form-data, or has none.
std::optional<std::string> boundary_of(std::string_view content_type);

// In their order, `most` of them at most; nothing: the body is no such form.
using FormPairs = std::vector<std::pair<std::string, std::string>>;
std::optional<FormPairs> read_multipart(std::string_view body, std::string_view boundary, std::size_t most);

}  // namespace firedrill::console
