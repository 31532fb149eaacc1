-- Where the clinic sends a browser to start a program for the patient who is on the screen (SMART App Launch, "EHR launch").
alter table oauth_client add column launch_uri text;
