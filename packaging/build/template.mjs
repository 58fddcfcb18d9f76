import { introductions, product } from '../product.mjs';

/**
 * A recipe with what the product is filled in: @NAME@, @VERSION@, … and what is given.
 * @param {Record<string, string>} more
 * @throws if something in it stays open
 */
export function fromTemplate(text, more) {
  const { service, extension } = introductions;
  const fillings = {
    NAME: product.name,
    VERSION: product.version,
    HOMEPAGE: product.homepage,
    REPOSITORY: product.repository,
    MAINTAINER: product.maintainer,
    SUMMARY: service.summary,
    DESCRIPTION: service.text.join('\n'),
    EXTENSION_SUMMARY: extension.summary,
    EXTENSION_DESCRIPTION: extension.text.join('\n'),
    ...more,
  };
  return text.replace(/@([A-Z\d_]+)@/g, (_, name) => {
    if (fillings[name] === undefined) throw new Error(`Nothing is known to be filled in for @${name}@.`);
    return fillings[name];
  });
}
