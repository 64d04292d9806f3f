import { ReflectionKind } from 'typedoc';
import { anchorsOf, byService, membersOf } from './names.mjs';
import { Text, table } from './text.mjs';

/** Longer constants are described in words. */
const LONGEST_CONSTANT = 400;

const INTRODUCTION = `# API

What the package exports, with every property, default and error. \`npm run api\` writes this page from the sources; a test
fails while it is not what the sources say. Guides are in [docs](docs); commands are in [docs/verification.md](docs/verification.md)
and the pages it names.

A name with \`?\` may be left out. \`Construct\` and \`ITerraformDependable\` are those of constructs and of cdktf.`;

/** The page of all modules. */
export function renderApi(modules) {
  const anchors = anchorsOf(modules);
  const text = new Text(anchors);
  const page = { anchors, text };
  return `${[INTRODUCTION, contents(modules, page), ...modules.flatMap((module) => renderModule(module, page))].join('\n\n')}\n`;
}

function contents(modules, { anchors }) {
  const rows = modules.flatMap(({ name, exports }) =>
    byService(exports).map(([service, members]) => [
      `\`${name}\`${service && `: ${service}`}`,
      members.map((member) => `[${member.name}](#${anchors.get(member)})`).join(', '),
    ]),
  );
  return table(['of', 'exports'], rows);
}

function renderModule({ name, exports }, page) {
  return [
    `## \`${name}\``,
    ...byService(exports).flatMap(([service, members]) => [
      ...(service ? [`### ${service}`] : []),
      ...members.flatMap((member) => renderExport(member, page)),
    ]),
  ];
}

function renderExport(reflection, page) {
  const anchor = page.anchors.get(reflection);
  const ownAnchor = anchor === reflection.name.toLowerCase() ? '' : `<a id="${anchor}"></a>\n\n`;
  const parts = [`${ownAnchor}#### ${reflection.name}`, declarationOf(reflection, page)];
  const comment = reflection.comment ?? reflection.signatures?.[0]?.comment;
  parts.push(page.text.comment(comment), ...tablesOf(reflection, anchor, page));
  return parts.filter(Boolean);
}

/** What it is, in a line. */
function declarationOf(reflection, { text }) {
  const { name, type } = reflection;
  if (reflection.kindOf(ReflectionKind.Function)) {
    return reflection.signatures.map((signature) => text.code(signatureText(signature), name)).join('<br>');
  }
  if (reflection.kindOf(ReflectionKind.Variable)) {
    const value = type.toString();
    return text.code(value.length > LONGEST_CONSTANT ? `const ${name}` : `const ${name}: ${value}`, name);
  }
  if (reflection.kindOf(ReflectionKind.TypeAlias)) return text.code(`type ${name} = ${type}`, name);
  const kind = reflection.kindOf(ReflectionKind.Class) ? 'class' : 'interface';
  const bases = [
    ['extends', reflection.extendedTypes],
    ['implements', reflection.implementedTypes],
  ].flatMap(([word, types = []]) => {
    const seen = types.filter(isSeen).map(String);
    return seen.length > 0 ? [`${word} ${seen.join(', ')}`] : [];
  });
  return text.code([`${kind} ${name}`, ...bases].join(' '), name);
}

/** Whether a reader can get at a type: of those of this package at what is exported. */
function isSeen(type) {
  return type.package !== 'cdktf-acs-push' || type.reflection !== undefined;
}

function signatureText(signature, name = signature.name) {
  const parameters = (signature.parameters ?? []).map((parameter) => {
    const called = parameter.name === '__namedParameters' ? 'options' : parameter.name;
    const optional = parameter.flags.isOptional || parameter.defaultValue !== undefined ? '?' : '';
    return `${parameter.flags.isRest ? '...' : ''}${called}${optional}: ${parameter.type}`;
  });
  const given = signature.kindOf(ReflectionKind.ConstructorSignature) ? '' : `: ${signature.type}`;
  return `${name}(${parameters.join(', ')})${given}`;
}

function tablesOf(reflection, anchor, page) {
  const members = membersOf(reflection);
  const methods = members
    .filter((member) => member.kindOf(ReflectionKind.Method | ReflectionKind.Constructor))
    .sort((a, b) => rankOf(a) - rankOf(b));
  const properties = members.filter((member) => !methods.includes(member));
  const tables = [];
  if (methods.length > 0) {
    const rows = methods.flatMap((method) => methodRows(method, reflection, anchor, page));
    tables.push(table(['method', ''], rows));
  }
  if (properties.length > 0) {
    const rows = properties.flatMap((property) => propertyRows(property, anchor, '', page));
    tables.push(table(['property', 'type', 'default', ''], rows));
  }
  return tables;
}

/** How a class is got at comes first. */
function rankOf(method) {
  if (method.kindOf(ReflectionKind.Constructor)) return 0;
  return method.flags.isStatic ? 1 : 2;
}

function methodRows(method, owner, anchor, { text }) {
  return method.signatures.map((signature, index) => {
    const isConstructor = method.kindOf(ReflectionKind.Constructor);
    const name = isConstructor
      ? `new ${owner.name}`
      : `${method.flags.isStatic ? `${owner.name}.` : ''}${method.name}`;
    const id = index === 0 ? `<a id="${anchor}-${method.name.toLowerCase()}"></a>` : '';
    return [`${id}${text.code(signatureText(signature, name), owner.name)}`, text.comment(signature.comment)];
  });
}

/** A property, and those of an object type that is written in its place. */
function propertyRows(property, anchor, prefix, page) {
  const { text } = page;
  const name = `${prefix}${property.name}`;
  const comment = property.comment ?? property.getSignature?.comment;
  const type = property.type ?? property.getSignature?.type;
  const id = `${anchor}-${name.replaceAll('.', '-').toLowerCase()}`;
  return [
    [
      `<a id="${id}"></a>\`${name}${property.flags.isOptional ? '?' : ''}\``,
      text.code(String(type)),
      text.defaultOf(comment),
      text.comment(comment),
    ],
    ...nestedOf(type).flatMap((nested) => propertyRows(nested, anchor, `${name}.`, page)),
  ];
}

function nestedOf(type) {
  const declarations = [type, ...(type?.types ?? [])].flatMap((one) => one?.declaration ?? []);
  return declarations.length === 1 ? (declarations[0].children ?? []) : [];
}
