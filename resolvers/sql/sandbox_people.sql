-- sandbox_people: -> code, public_id, name, kind, about of the people of the calling test key. Lane quick.
SELECT code, public_id, name, kind, about FROM sandbox_people();
