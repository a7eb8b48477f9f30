/* language.c - the languages. */
#include <string.h>

#include "client/language.h"

static const char *const python_words[] = { "False", "None", "True", "and",
	"as", "assert", "async", "await", "break", "case", "class", "continue",
	"def", "del", "elif", "else", "except", "finally", "for", "from",
	"global", "if", "import", "in", "is", "lambda", "match", "nonlocal",
	"not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
	NULL };
static const char *const javascript_words[] = { "abstract", "any", "as",
	"async", "await", "bigint", "boolean", "break", "case", "catch",
	"class", "const", "continue", "debugger", "declare", "default",
	"delete", "do", "else", "enum", "export", "extends", "false", "finally",
	"for", "from", "function", "get", "if", "implements", "import", "in",
	"infer", "instanceof", "interface", "is", "keyof", "let", "namespace",
	"never", "new", "null", "number", "object", "of", "private",
	"protected", "public", "readonly", "return", "satisfies", "set",
	"static", "string", "super", "switch", "symbol", "this", "throw",
	"true", "try", "type", "typeof", "undefined", "unknown", "var", "void",
	"while", "with", "yield", NULL };
static const char *const java_words[] = { "abstract", "assert", "boolean",
	"break", "byte", "case", "catch", "char", "class", "const", "continue",
	"default", "do", "double", "else", "enum", "extends", "false", "final",
	"finally", "float", "for", "goto", "if", "implements", "import",
	"instanceof", "int", "interface", "long", "native", "new", "null",
	"package", "permits", "private", "protected", "public", "record",
	"return", "sealed", "short", "static", "strictfp", "super", "switch",
	"synchronized", "this", "throw", "throws", "transient", "true", "try",
	"var", "void", "volatile", "while", "yield", NULL };
static const char *const c_words[] = { "NULL", "alignas", "alignof", "auto",
	"bool", "break", "case", "catch", "char", "class", "co_await",
	"co_return", "co_yield", "concept", "const", "consteval", "constexpr",
	"constinit", "continue", "decltype", "default", "delete", "do",
	"double", "dynamic_cast", "else", "enum", "explicit", "export",
	"extern", "false", "final", "float", "for", "friend", "goto", "if",
	"inline", "int", "long", "mutable", "namespace", "new", "noexcept",
	"nullptr", "operator", "override", "private", "protected", "public",
	"register", "reinterpret_cast", "requires", "restrict", "return",
	"short", "signed", "sizeof", "static", "static_assert", "static_cast",
	"struct", "switch", "template", "this", "thread_local", "throw", "true",
	"try", "typedef", "typeid", "typename", "union", "unsigned", "using",
	"virtual", "void", "volatile", "while", NULL };
static const char *const go_words[] = { "any", "bool", "break", "byte", "case",
	"chan", "const", "continue", "default", "defer", "else", "error",
	"fallthrough", "false", "float32", "float64", "for", "func", "go",
	"goto", "if", "import", "int", "int16", "int32", "int64", "int8",
	"interface", "iota", "map", "nil", "package", "range", "return", "rune",
	"select", "string", "struct", "switch", "true", "type", "uint",
	"uint16", "uint32", "uint64", "uint8", "var", NULL };
static const char *const rust_words[] = { "Self", "as", "async", "await",
	"bool", "break", "char", "const", "continue", "crate", "dyn", "else",
	"enum", "extern", "f32", "f64", "false", "fn", "for", "i128", "i16",
	"i32", "i64", "i8", "if", "impl", "in", "isize", "let", "loop", "match",
	"mod", "move", "mut", "pub", "ref", "return", "self", "static", "str",
	"struct", "super", "trait", "true", "type", "u128", "u16", "u32", "u64",
	"u8", "union", "unsafe", "use", "usize", "where", "while", "yield",
	NULL };
static const char *const ruby_words[] = { "BEGIN", "END", "__FILE__",
	"__LINE__", "alias", "and", "begin", "break", "case", "class", "def",
	"defined?", "do", "else", "elsif", "end", "ensure", "false", "for",
	"if", "in", "module", "next", "nil", "not", "or", "redo", "rescue",
	"retry", "return", "self", "super", "then", "true", "undef", "unless",
	"until", "when", "while", "yield", NULL };
static const char *const bash_words[] = { "case", "coproc", "declare", "do",
	"done", "elif", "else", "esac", "export", "fi", "for", "function", "if",
	"in", "local", "readonly", "return", "select", "shift", "then", "time",
	"trap", "unset", "until", "while", NULL };
static const char *const perl_words[] = { "and", "cmp", "continue", "die", "do",
	"each", "else", "elsif", "eq", "for", "foreach", "ge", "given", "gt",
	"if", "keys", "last", "lc", "le", "local", "lt", "my", "ne", "next",
	"no", "not", "or", "our", "package", "print", "printf", "push", "redo",
	"require", "return", "say", "shift", "sub", "undef", "unless", "until",
	"use", "wantarray", "warn", "when", "while", "x", "xor", NULL };
static const char *const sql_words[] = { "add", "all", "alter", "and", "any",
	"as", "asc", "begin", "between", "boolean", "by", "case", "cast",
	"check", "column", "commit", "constraint", "create", "cross",
	"current_date", "default", "delete", "desc", "distinct", "drop", "else",
	"end", "except", "exists", "false", "foreign", "from", "full", "group",
	"having", "if", "in", "index", "inner", "insert", "int", "integer",
	"intersect", "into", "is", "join", "key", "lateral", "left", "like",
	"limit", "not", "null", "offset", "on", "or", "order", "outer", "over",
	"partition", "primary", "references", "returning", "right", "rollback",
	"row", "rows", "select", "set", "table", "text", "then", "timestamp",
	"transaction", "true", "union", "unique", "update", "using", "values",
	"varchar", "view", "when", "where", "with", NULL };

static const struct quote python_quotes[] = { { "\"\"\"", "\"\"\"",
						  QUOTE_LINES | QUOTE_PREFIX },
	{ "'''", "'''", QUOTE_LINES | QUOTE_PREFIX },
	{ "\"", "\"", QUOTE_PREFIX }, { "'", "'", QUOTE_PREFIX },
	{ NULL, NULL, 0 } };
static const struct quote javascript_quotes[] = { { "`", "`", QUOTE_LINES },
	{ "\"", "\"", 0 }, { "'", "'", 0 }, { NULL, NULL, 0 } };
static const struct quote java_quotes[] = { { "\"\"\"", "\"\"\"", QUOTE_LINES },
	{ "\"", "\"", 0 }, { "'", "'", QUOTE_CHAR }, { NULL, NULL, 0 } };
static const struct quote c_quotes[] = { { "\"", "\"", QUOTE_PREFIX },
	{ "'", "'", QUOTE_CHAR | QUOTE_PREFIX }, { NULL, NULL, 0 } };
static const struct quote go_quotes[] = { { "`", "`", QUOTE_LINES | QUOTE_RAW },
	{ "\"", "\"", 0 }, { "'", "'", QUOTE_CHAR }, { NULL, NULL, 0 } };
static const struct quote rust_quotes[] = { { "r#\"", "\"#",
						QUOTE_LINES | QUOTE_RAW },
	{ "\"", "\"", QUOTE_LINES | QUOTE_PREFIX },
	{ "'", "'", QUOTE_CHAR | QUOTE_PREFIX }, { NULL, NULL, 0 } };
static const struct quote ruby_quotes[] = { { "\"", "\"", QUOTE_LINES },
	{ "'", "'", QUOTE_LINES }, { "`", "`", 0 }, { NULL, NULL, 0 } };
static const struct quote bash_quotes[] = { { "\"", "\"", QUOTE_LINES },
	{ "'", "'", QUOTE_LINES | QUOTE_RAW }, { NULL, NULL, 0 } };
static const struct quote perl_quotes[] = { { "\"", "\"", QUOTE_LINES },
	{ "'", "'", QUOTE_LINES }, { "`", "`", 0 }, { NULL, NULL, 0 } };
static const struct quote sql_quotes[] = {
	{ "'", "'", QUOTE_LINES | QUOTE_RAW | QUOTE_TWICE },
	{ "\"", "\"", QUOTE_RAW | QUOTE_TWICE }, { NULL, NULL, 0 }
};

static const struct quote no_quotes[] = { { NULL, NULL, 0 } };
static const char *const no_words[] = { NULL };

static const struct language languages[] = {
	{ .name = "python",
	    .ends = "py pyw",
	    .comment = "#",
	    .quotes = python_quotes,
	    .prefixes = "rRbBfFuU",
	    .word = "",
	    .keywords = python_words },
	{ .name = "javascript",
	    .ends = "js mjs cjs jsx ts tsx",
	    .comment = "//",
	    .open = "/*",
	    .close = "*/",
	    .quotes = javascript_quotes,
	    .prefixes = "",
	    .word = "$",
	    .keywords = javascript_words },
	{ .name = "java",
	    .ends = "java",
	    .comment = "//",
	    .open = "/*",
	    .close = "*/",
	    .quotes = java_quotes,
	    .prefixes = "",
	    .word = "",
	    .keywords = java_words },
	{ .name = "c",
	    .ends = "c h cc hh cpp hpp cxx hxx",
	    .comment = "//",
	    .open = "/*",
	    .close = "*/",
	    .quotes = c_quotes,
	    .prefixes = "LuU8R",
	    .word = "",
	    .directives = true,
	    .keywords = c_words },
	{ .name = "go",
	    .ends = "go",
	    .comment = "//",
	    .open = "/*",
	    .close = "*/",
	    .quotes = go_quotes,
	    .prefixes = "",
	    .word = "",
	    .keywords = go_words },
	{ .name = "rust",
	    .ends = "rs",
	    .comment = "//",
	    .open = "/*",
	    .close = "*/",
	    .nests = true,
	    .quotes = rust_quotes,
	    .prefixes = "bcr",
	    .word = "",
	    .keywords = rust_words },
	{ .name = "ruby",
	    .ends = "rb",
	    .comment = "#",
	    .open = "=begin",
	    .close = "=end",
	    .open_first = true,
	    .quotes = ruby_quotes,
	    .prefixes = "",
	    .word = "?!@$",
	    .keywords = ruby_words },
	{ .name = "bash",
	    .ends = "sh bash",
	    .comment = "#",
	    .comment_apart = true,
	    .quotes = bash_quotes,
	    .prefixes = "",
	    .word = "",
	    .keywords = bash_words },
	{ .name = "perl",
	    .ends = "pl pm",
	    .comment = "#",
	    .comment_apart = true,
	    .quotes = perl_quotes,
	    .prefixes = "",
	    .word = "",
	    .keywords = perl_words },
	{ .name = "sql",
	    .ends = "sql",
	    .comment = "--",
	    .open = "/*",
	    .close = "*/",
	    .quotes = sql_quotes,
	    .prefixes = "",
	    .word = "",
	    .any_case = true,
	    .keywords = sql_words },
};
#define LANGUAGES (sizeof(languages) / sizeof(languages[0]))

static const struct language plain = { .name = "",
	.ends = "",
	.quotes = no_quotes,
	.prefixes = "",
	.word = "",
	.keywords = no_words };

/* Is END one of the words of LIST? */
static bool
in_list(const char *list, const char *end)
{
	size_t len = strlen(end), n;

	for (; *list != '\0'; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		if (n == len && memcmp(list, end, n) == 0)
			return true;
	}
	return false;
}

const struct language *
language_of(const char *file, const char *name)
{
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot != NULL && i < LANGUAGES; i++)
		if (in_list(languages[i].ends, dot + 1))
			return &languages[i];
	for (size_t i = 0; name != NULL && dot == NULL && i < LANGUAGES; i++)
		if (strcmp(languages[i].name, name) == 0)
			return &languages[i];
	return &plain;
}
