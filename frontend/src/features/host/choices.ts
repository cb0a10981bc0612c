/** Licences that data sets have most often, by their SPDX names. */
export const licences = [
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC0-1.0',
  'MIT',
  'ODbL-1.0',
  'Participants only',
]

/** Every zone that the browser knows, and UTC. */
export function zones(): string[] {
  const all = Intl.supportedValuesOf('timeZone')
  return all.includes('UTC') ? all : ['UTC', ...all]
}
