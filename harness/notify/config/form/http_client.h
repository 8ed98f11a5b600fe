// The blocks of an HTTP client (common: config/http_config.go): http_config, tls_config, http_headers.
#pragma once

#include "notify/config/form/form.h"

namespace firedrill::notify {

extern const Form kHttpClientForm;
extern const Form kTlsForm;
extern const Form kHeaderForm;

// The field that every integration has which speaks HTTP.
constexpr Field http_config() {
  return fields::block("http_config", kHttpClientForm);
}

}  // namespace firedrill::notify
