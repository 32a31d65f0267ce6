#include "policy/rules/rule_codes.hpp"

#include <array>

namespace sealock::policy {
namespace {

constexpr std::array codes{
    CodeMeaning{"R01", "a key that the format does not have"},
    CodeMeaning{"R02", "a value of the wrong type"},
    CodeMeaning{"R03", "a key of a later version of sealock"},
    CodeMeaning{"R04", "a key that is required is missing"},
    CodeMeaning{"R05", "a version of the format that this sealock does not read"},
    CodeMeaning{"R06", "a name that is malformed, reserved, or not that of its file"},
    CodeMeaning{"R07", "two rules, or two tests, of the same name in one policy"},
    CodeMeaning{"R08", "an operation that Docker does not have"},
    CodeMeaning{"R09", "a wildcard in actions"},
    CodeMeaning{"R10", "a policy defines a list that a shared file defines already"},
    CodeMeaning{"R11", "a list that is not defined"},
    CodeMeaning{"R12", "a deny rule without a reason that the blocked person can read"},
    CodeMeaning{"R13", "a field that does not say where it is: body, query, effective, target, archive ..."},
    CodeMeaning{"R14", "a field that no action of the rule has"},
    CodeMeaning{"R15", "a key that this kind of rule or policy does not have"},
    CodeMeaning{"R16", "a word that is none of those possible here"},
    CodeMeaning{"R17", "a reference that rules/references does not know"},
    CodeMeaning{"R18", "applies_to matches nobody, or every client where it must not"},
    CodeMeaning{"R19", "a file named in use is not there, or not in lists/"},
    CodeMeaning{"R20", "a list that is empty, or names something twice"},
    CodeMeaning{"R21", "a test on a value that does not exist"},
    CodeMeaning{"R22", "a test that does not fit the field"},
    CodeMeaning{"R23", "a list field without every, some, includes or only"},
    CodeMeaning{"R24", "an operand of another type than the field"},
    CodeMeaning{"R25", "an operand that can never match, or always does"},
    CodeMeaning{"R26", "a pattern that RE2 does not read"},
    CodeMeaning{"R27", "a redaction that is impossible"},
    CodeMeaning{"R28", "every_operation or every_field among other names"},
    CodeMeaning{"R29", "a rule that is neither allow, deny nor redact, or more than one of them"},
    CodeMeaning{"R30", "a policy without rules or without tests"},
    CodeMeaning{"R31", "a test that cannot be run"},
    CodeMeaning{"R32", "a test expects a rule that does not exist"},
    CodeMeaning{"R33", "a test that fails"},
    CodeMeaning{"R34", "an owner that cannot be written on objects, or is asked for and not known"},
    CodeMeaning{"R40", "a rules folder without a baseline, or without policies"},
    CodeMeaning{"L30", "a rule that no test reaches"},
};

}  // namespace

std::span<const CodeMeaning> rule_codes() {
  return codes;
}

}  // namespace sealock::policy
