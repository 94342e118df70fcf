// Validates the resources on standard input, a JSON list, twice: against HL7's
// JSON schema of R4, and against its profiles and value sets (fhir.js).  Prints a
// list of what is wrong.
import { createRequire } from 'module';
import { readFileSync } from 'fs';

const require = createRequire(process.env.VALIDATORS + '/');
const Schema = require('@asymmetrik/fhir-json-schema-validator');
const { Fhir } = require('fhir');
const schema = new Schema();
const fhir = new Fhir();
const wrong = [];

for (const resource of JSON.parse(readFileSync(0, 'utf8'))) {
    const name = `${resource.resourceType}/${resource.id}`;
    for (const error of schema.validate(resource) ?? []) {
        wrong.push(`${name}: schema: ${error.dataPath} ${error.message}`);
    }
    for (const { location, severity, message } of fhir.validate(resource, { errorOnUnexpected: true }).messages) {
        if (['error', 'fatal'].includes(severity)) {
            wrong.push(`${name}: profile: ${location} ${message}`);
        }
    }
}
console.log(JSON.stringify(wrong));
