// What Go's html/template does with a text: values are escaped by where they stand, so that none can become markup.
// Escaped while it is executed, where Go rewrites the templates before; what Go would refuse of them then is found by
// html/check.h, and refused here when it is met.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "template/html/context.h"
#include "template/run/output.h"
#include "template/values/function.h"

namespace firedrill::templates::html {

// Of one execution.
class Escaper : public Output {
 public:
  explicit Escaper(GoVersion go = GoVersion::go1_24, const Context& from = {}) : go_(go), context_(from) {}

  const Context& context() const { return context_; }
  // That a value of the pipeline may be written here; the error if not.
  std::expected<void, std::string> admit(const Node& pipe);

  // A template's own text: without HTML comments, and a < that begins no tag as &lt;.
  std::expected<std::string, std::string> text(std::string_view text) override;
  // A value, with the pipeline that made it: it may end with Go's html or urlquery, which are not applied twice. Values
  // in scripts, srcset, names of attributes, texts and addresses of styles are refused.
  std::expected<std::string, std::string> value(const Node& pipe, const Value& value) override;
  // The error if the text ends inside of a tag, an attribute or an element whose content is no text.
  std::expected<void, std::string> end() override;

 private:
  std::string in_attribute(const std::string& text, const Value& value, std::string_view ends_with) const;

  GoVersion go_;
  Context context_;
};

}  // namespace firedrill::templates::html
