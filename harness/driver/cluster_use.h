// Whether anything looks at kube-state-metrics or the kubelets, so that they have to be scraped.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "alerting/rule_file.h"
#include "promql/parse/ast.h"
#include "scenario/scenario.h"

namespace firedrill::driver {

// Some selector names a series of theirs, or their own health (`up{job="kubelet"}`).
bool reads_cluster(std::span<const alerting::RuleFile> rule_files,
                   std::span<const std::shared_ptr<const promql::Expr>> expressions);

// A configuration has a job of theirs.
bool scrapes_cluster(std::span<const scenario::ScrapeJob> jobs);

}  // namespace firedrill::driver
