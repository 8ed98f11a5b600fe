// Alertmanager's default templates, in words of our own that render to the same texts, fields and links; the layout of
// the mail is ours too. They call each other by the same names, so that a configuration's files may replace any of
// them.
#pragma once

#include <string>

#include "notify/version.h"

namespace firedrill::notify {

// All of them, as one text that defines them.
std::string default_templates(Version version);
// The mail's part of it.
std::string default_mail_template();

}  // namespace firedrill::notify
