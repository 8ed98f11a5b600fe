// Secrets that stand in files which people write: passwords, tokens, addresses that hold them. What is shown of a file
// is shown without them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

// Whether Prometheus or Alertmanager keeps the value of a field of this name secret. A field that is secret in one
// place of their configurations and not in another counts as secret.
bool is_secret_field(std::string_view name);

// Where in the lines of a text the values of secret fields and the passwords of addresses stand, found in one pass.
// Whatever the style of YAML: on the field's own line, in a flow mapping, or on the lines that continue the value. In
// doubt a text is taken for a secret; all that follows on its line is.
class SecretPlaces {
 public:
  explicit SecretPlaces(std::string_view text);

  // Where the secret of a line begins, whose first and last offsets are given; npos if the line has none.
  std::size_t in_line(std::size_t begin, std::size_t end) const;

 private:
  std::vector<std::size_t> begins_;  // one for a line that has any, in their order
};

// The text with <secret> for what stands between "://" and "@" in addresses: of user and password, the password alone.
std::string without_passwords(std::string_view text);

}  // namespace firedrill
