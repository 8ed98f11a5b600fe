// What templates of rules reach beyond the alert.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "base/bounds/budget.h"
#include "base/time.h"
#include "model/labels.h"
#include "promql/options.h"
#include "promql/value.h"

namespace firedrill::alerting {

// What a template's functions reach, the same for all templates of a run.
struct TemplateWorld {
  model::Labels external_labels;
  std::string external_url;  // of the variable $externalURL
  // promtool's unit tests give the variable its value and no URL to the functions externalURL and pathPrefix, which
  // therefore fail there.
  bool url_functions = true;
  // The function `query`: an instant query; the error in Prometheus's wording.
  std::function<std::expected<promql::Vector, std::string>(const std::string& expression, Time t)> query;
  // Prometheus 2.42 was built with Go 1.19, 3.5 with Go 1.24, and some functions came after that. A Group sets it.
  promql::Version version = promql::Version::v3;
  // What all renderings of a command may cost; null: no bound. A Group sets it.
  Budget* budget = nullptr;
};

}  // namespace firedrill::alerting
