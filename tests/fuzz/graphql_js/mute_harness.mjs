#!/usr/bin/env node
// What the harness would be if it knew nothing: for the test that differences are found.
import readline from 'node:readline';

readline.createInterface({ input: process.stdin }).on('line', () => console.log('{}'));
