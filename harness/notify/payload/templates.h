// The templates that payloads are rendered with: Alertmanager's default ones, which own texts stand for, and those of
// the configuration's files, which may define them anew.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "notify/version.h"
#include "template/template_set.h"

namespace firedrill::notify {

// Cheap to copy.
class PayloadTemplates {
 public:
  // The default ones alone.
  explicit PayloadTemplates(Version version);
  PayloadTemplates() : PayloadTemplates(kNewest) {}
  // What is wrong with the files is added to `diagnostics`, each with its place; what can be read of them is there.
  static PayloadTemplates parse(Version version, std::span<const SourcePtr> files, Diagnostics& diagnostics);

  Version version() const { return version_; }
  const templates::TemplateSet& set() const { return set_; }
  // The place of an error of Go's ("template: mail.tmpl:3:5: …") that lies in one of the files; a position without a
  // source if it lies elsewhere.
  Position place_of(std::string_view error) const;

 private:
  Version version_;
  templates::TemplateSet set_;
  std::vector<SourcePtr> files_;
};

}  // namespace firedrill::notify
