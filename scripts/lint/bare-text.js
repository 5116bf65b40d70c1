/**
 * A lint rule: text that a person reads goes through `t`, so that it can be said in another language. What looks like text in the code is
 * a string of several words, or one word that begins with a capital letter.
 */

/** Values of KeyboardEvent.key and the like, and names that are the same in every language. */
const names =
  /^(Enter|Escape|Tab|Home|End|Delete|Backspace|Page(Up|Down)|Arrow(Left|Right|Up|Down)|Control|Shift|Alt|Meta|Space|Insert|Spectroscope|F\d+|Ctrl.*|Infinity|NaN|[A-Z]{1,3})$/;
/** Properties whose text is the same in every language: `table` is a chart's numbers as they are written to files. */
const stays = /^(formula|source|table)$/;
const word = /\p{L}{2,}/u;
/** A word that stands free before or after a value: '{n} left'; the symbol of a unit is none. */
const wordBesideValue = /^ (?!min\b)\p{L}{2,}|(^|\s)(?!min )\p{L}{2,} $/u;

/** Style sheets, attributes of markup, lists of fonts and statements of SQL. */
const notProse =
  /^@page|^\s*[\w-]+="|(sans-serif|monospace)$|^\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|CREATE|ALTER|DROP) /;
/** Errors of the program's own parts, which no person can mend. */
const ofTheProgram = /^(Type|Range)Error$/;
/** Methods that take names of the document's own. */
const quietMethods = /^(querySelector|querySelectorAll|closest|matches)$/;
/** What goes into files is the same in every language, and a symbol's name is for those who debug. */
const quietFunctions = new Set(['t', 'sentence', 'fileNameOf', 'Symbol']);

/**
 * @param {string} text
 * @param {boolean} alone whether one word can be a text too
 */
function readsAsText(text, alone) {
  const trimmed = text.trim();
  if (names.test(trimmed) || !word.test(trimmed) || notProse.test(trimmed)) return false;
  if (/^\p{Lu}\p{Ll}+(…|:|\.)?$/u.test(trimmed)) return alone;
  const words = trimmed.split(/\s+/).filter((each) => /^[(“'"]?\p{L}/u.test(each));
  if (words.length < 2) return false;
  // A list of CSS classes or a path through a document has no capital letter and no punctuation of a sentence.
  return (
    /^[(“]?\p{Lu}/u.test(trimmed) || (words.length > 2 && !/[#.=[\]_{}<>/]/.test(trimmed.replace(/[.,]( |$)/g, '')))
  );
}

/** @type {import('eslint').Rule.RuleModule} */
export const bareTextRule = {
  meta: {
    type: 'problem',
    // 'sentences': names of one word, as 'Dense' and 'line 3', are not looked at, and what the program's own parts throw.
    schema: [{ enum: ['everything', 'sentences'] }],
    messages: {
      bare: "'{{text}}' is read by a person: hand it to t() of #app/text/text.ts, or to sentence() where it is kept, whole.",
    },
  },
  create(context) {
    const everything = context.options[0] !== 'sentences';
    function report(node, text) {
      context.report({ node, messageId: 'bare', data: { text: text.length > 60 ? `${text.slice(0, 60)}…` : text } });
    }
    function check(node, text) {
      if (readsAsText(text, everything) && !isExempt(node, everything)) report(node, text);
    }
    const visitor = {
      Literal: (node) => typeof node.value === 'string' && check(node, node.value),
      TemplateLiteral: (node) => {
        const parts = node.quasis.map(({ value }) => value.cooked ?? '');
        const text = parts.join('0');
        const besideValue =
          everything &&
          node.expressions.length > 0 &&
          !notProse.test(text) &&
          parts.some((part) => wordBesideValue.test(part));
        if (besideValue && !isExempt(node, everything)) report(node, text);
        else check(node, text);
      },
    };
    const services = context.sourceCode.parserServices;
    return services?.defineTemplateBodyVisitor?.(visitor, visitor) ?? visitor;
  },
};

/** In code that nobody reads on the screen: imports, types, comparisons, keys of objects, tables for files, the console, what `t` is given. */
function isExempt(node, everything) {
  for (let each = node, parent = node.parent; parent; each = parent, parent = parent.parent) {
    switch (parent.type) {
      case 'CallExpression':
        if (each !== parent.callee && isQuiet(parent.callee)) return true;
        break;
      case 'ImportDeclaration':
      case 'ExportNamedDeclaration':
      case 'ImportExpression':
      case 'TSLiteralType':
      case 'SwitchCase':
        if (parent.type !== 'SwitchCase' || parent.test === each)
          return each === node || parent.type !== 'ExportNamedDeclaration';
        break;
      case 'NewExpression':
        if (parent.arguments[0]?.value === 'usage' || ofTheProgram.test(parent.callee.name ?? '')) return true;
        if (!everything && parent.callee.name === 'Error') return true;
        break;
      case 'BinaryExpression':
        if (/^(===|!==|in)$/.test(parent.operator) && each === node) return true;
        break;
      case 'Property':
        if (parent.key === each && !parent.computed) return true;
        if (isDetail(parent)) return true;
        if (stays.test(parent.key.name)) return true;
        break;
      case 'MemberExpression':
        if (parent.property === each) return true;
        break;
      case 'FunctionDeclaration':
        if (parent.returnType?.typeAnnotation.typeName?.name === 'NumberTable') return true;
        break;
    }
  }
  return false;
}

/** What an error expected or found: for scripts and logs, since the window shows its sentence alone. */
function isDetail(property) {
  const call = property.parent?.parent;
  return (
    /^(expected|found)$/.test(property.key.name ?? '') &&
    call?.type === 'CallExpression' &&
    /^(input|setting)Error$/.test(call.callee.name ?? '')
  );
}

function isQuiet(callee) {
  if (callee.type === 'Identifier') return quietFunctions.has(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  if (callee.object.type === 'Identifier' && callee.object.name === 'console') return true;
  return callee.property.type === 'Identifier' && quietMethods.test(callee.property.name);
}
