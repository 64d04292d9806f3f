import { ReflectionKind } from 'typedoc';
import { fileOf, membersOf } from './names.mjs';

/** Interfaces that callers fill in. Any other is read: a property that is not there is described in words. */
const FILLED_IN = /(Props|Options|Attributes|Settings|Config|Filter|Endpoints?)$/;

/** What exports nothing says about: `file: Export.member: what is missing`. */
export function missingWords(modules) {
  return modules.flatMap(({ exports }) =>
    exports.flatMap((reflection) => [
      // TypeDoc gives an interface the words of the one it extends: they are about that one.
      ...(isOfAnother(reflection)
        ? [`${fileOf(reflection)}: ${reflection.name} says nothing`]
        : ofOne(reflection, reflection.name, false)),
      ...membersOf(reflection).flatMap((member) => ofMember(member, reflection)),
    ]),
  );
}

function isOfAnother({ comment, extendedTypes = [] }) {
  const words = JSON.stringify(comment?.summary);
  return extendedTypes.some(({ reflection }) => words && JSON.stringify(reflection?.comment?.summary) === words);
}

function ofMember(member, owner) {
  // What a constructor takes is said where its props are.
  if (member.kindOf(ReflectionKind.Constructor)) return [];
  const filledIn = owner.kindOf(ReflectionKind.Interface) && FILLED_IN.test(owner.name);
  return ofOne(member, `${owner.name}.${member.name}`, filledIn);
}

function ofOne(reflection, name, filledIn) {
  const comments = (reflection.signatures ?? [reflection.getSignature ?? reflection]).map(
    ({ comment }) => comment,
  );
  const problems = [];
  if (comments.some((comment) => !comment?.summary.some(({ text }) => text.trim())))
    problems.push('says nothing');
  if (
    filledIn &&
    reflection.flags.isOptional &&
    !comments[0]?.blockTags.some(({ tag }) => tag === '@default')
  )
    problems.push('has no @default');
  const nested = (reflection.type?.declaration?.children ?? []).filter(() =>
    reflection.kindOf(ReflectionKind.Property),
  );
  return [
    ...problems.map((problem) => `${fileOf(reflection)}: ${name} ${problem}`),
    ...nested.flatMap((member) => ofOne(member, `${name}.${member.name}`, filledIn)),
  ];
}
