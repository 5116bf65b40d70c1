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
/** A word that stands free before or after a value: '{n} left'. */
const wordBesideValue = /^ \p{L}{2,}|(^|\s)\p{L}{2,} $/u;

/** Style sheets, attributes of markup and lists of fonts. */
const notProse = /^@page|^\s*[\w-]+="|(sans-serif|monospace)$/;
/** Methods that take names of the document's own. */
const quietMethods = /^(querySelector|querySelectorAll|closest|matches)$/;
/** What goes into files is the same in every language, and a symbol's name is for those who debug. */
const quietFunctions = new Set(['t', 'fileNameOf', 'Symbol']);

/** @param {string} text */
function readsAsText(text) {
  const trimmed = text.trim();
  if (names.test(trimmed) || !word.test(trimmed) || notProse.test(trimmed)) return false;
  if (/^\p{Lu}\p{Ll}+(…|:|\.)?$/u.test(trimmed)) return true;
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
    schema: [],
    messages: { bare: "'{{text}}' is read by a person: hand it to t() of #app/text/text.ts, whole." },
  },
  create(context) {
    function report(node, text) {
      context.report({ node, messageId: 'bare', data: { text: text.length > 60 ? `${text.slice(0, 60)}…` : text } });
    }
    function check(node, text) {
      if (readsAsText(text) && !isExempt(node)) report(node, text);
    }
    const visitor = {
      Literal: (node) => typeof node.value === 'string' && check(node, node.value),
      TemplateLiteral: (node) => {
        const parts = node.quasis.map(({ value }) => value.cooked ?? '');
        const text = parts.join('0');
        const besideValue =
          node.expressions.length > 0 && !notProse.test(text) && parts.some((part) => wordBesideValue.test(part));
        if (besideValue && !isExempt(node)) report(node, text);
        else check(node, text);
      },
    };
    const services = context.sourceCode.parserServices;
    return services?.defineTemplateBodyVisitor?.(visitor, visitor) ?? visitor;
  },
};

/** In code that nobody reads on the screen: imports, types, comparisons, keys of objects, tables for files, the console, what `t` is given. */
function isExempt(node) {
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
        // A mistake of the program's own parts, which no person can mend.
        if (parent.arguments[0]?.value === 'usage') return true;
        break;
      case 'BinaryExpression':
        if (/^(===|!==|in)$/.test(parent.operator) && each === node) return true;
        break;
      case 'Property':
        if (parent.key === each && !parent.computed) return true;
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

function isQuiet(callee) {
  if (callee.type === 'Identifier') return quietFunctions.has(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  if (callee.object.type === 'Identifier' && callee.object.name === 'console') return true;
  return callee.property.type === 'Identifier' && quietMethods.test(callee.property.name);
}
